"""Changes between waves, with the covariance of the people who are in both."""
