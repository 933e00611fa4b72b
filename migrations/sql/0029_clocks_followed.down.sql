DROP TABLE clock_moves;
DROP TABLE followed_clocks;
