"""Templates of the reports, which the office may edit in Word, and the scripts that make them."""
