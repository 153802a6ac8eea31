# One property per parser.
FUZZERS += \
	%D%/fuzz_address \
	%D%/fuzz_control
