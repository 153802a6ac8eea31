# One program per module of archive/.
UNIT_TESTS +=
