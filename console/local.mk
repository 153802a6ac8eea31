# console: people's side, the command.  Includes base; the offline tools also register,
# rules, archive, desk.
