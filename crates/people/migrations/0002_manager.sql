-- Who leads somebody: asked when what they want must be approved.
ALTER TABLE people_user ADD COLUMN manager TEXT;
