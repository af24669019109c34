-- The takeoff domain: projects, documents, pages, conditions and measurements.
-- Returns: nothing
-- Arguments: none
-- Usage: run once, before every other file of order.txt
CREATE SCHEMA takeoff;
