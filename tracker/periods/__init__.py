"""What an act grants for a time and another renews: regimes, listings, mandates, memberships, powers (ADR 27)."""
