# Benchmarks: ratios in one interleaved run.
