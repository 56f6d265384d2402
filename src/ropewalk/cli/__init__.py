"""The command line: one file per subcommand. Results go to standard output, everything else to standard error."""
