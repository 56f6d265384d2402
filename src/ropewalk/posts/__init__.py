"""What leaves the house: mails, rendered for their recipient one by one."""
