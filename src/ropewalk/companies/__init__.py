"""Who there is and what each may see: companies, teams, people by date, roles, sign-in, the Viewer."""
