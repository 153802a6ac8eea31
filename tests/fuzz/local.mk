# One property per parser.
FUZZERS += \
	%D%/fuzz_authres \
	%D%/fuzz_address \
	%D%/fuzz_csv \
	%D%/fuzz_headers \
	%D%/fuzz_settings \
	%D%/fuzz_control \
	%D%/fuzz_journal \
	%D%/fuzz_note \
	%D%/fuzz_pattern \
	%D%/fuzz_proof \
	%D%/fuzz_quote \
	%D%/fuzz_record \
	%D%/fuzz_redaction \
	%D%/fuzz_retention \
	%D%/fuzz_rules \
	%D%/fuzz_stamp \
	%D%/fuzz_tile \
	%D%/fuzz_text \
	%D%/fuzz_evasion \
	%D%/fuzz_office
