# Scenarios on real mail servers, in the order in which they run.
SYSTEM_TESTS +=
