"""What tests need to run: servers, databases, browsers. No test data: that is tests/factories."""
