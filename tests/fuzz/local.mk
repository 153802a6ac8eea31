# One property per parser.
FUZZERS +=
