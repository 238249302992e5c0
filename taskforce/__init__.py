"""Who: users, people, countries, agencies, bodies, seats, mandates, offices; decisions and actions."""
