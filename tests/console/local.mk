# One program per module of console/.
UNIT_TESTS +=
