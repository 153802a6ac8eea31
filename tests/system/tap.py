#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""tap - passes connections on, and writes down what the client says

usage: tap.py PORT TARGET-PORT FILE
"""
import asyncio
import sys


async def copy(reader, writer, heard=None):
    while data := await reader.read(65536):
        if heard:
            heard.write(data)
            heard.flush()
        writer.write(data)
        await writer.drain()
    writer.close()


async def main():
    port, target, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    with open(path, "ab") as heard:

        async def serve(reader, writer):
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", target)
            await asyncio.gather(copy(reader, there_writer, heard), copy(there_reader, writer))

        server = await asyncio.start_server(serve, "127.0.0.1", port)
        await server.serve_forever()


asyncio.run(main())
