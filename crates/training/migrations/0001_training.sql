-- Courses with their parts, who is to take them, dates with seats, tests with every attempt, and the time that counts.

CREATE TABLE training_course (
    id TEXT NOT NULL PRIMARY KEY,
    -- In each language one of the two may be empty.
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    description_en TEXT NOT NULL,
    description_zh TEXT NOT NULL,
    -- Credited once all of it is done; its sessions are credited by themselves.
    minutes BIGINT NOT NULL,
    -- draft, open, closed.
    state TEXT NOT NULL,
    -- Whether whoever likes may take it.
    for_all BOOLEAN NOT NULL,
    made_by TEXT,
    made_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX training_course_state ON training_course (state, id);

CREATE TABLE training_part (
    id {identity},
    course TEXT NOT NULL REFERENCES training_course (id),
    place BIGINT NOT NULL,
    -- article, file, session, test.
    kind TEXT NOT NULL,
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    -- The number of an article, also of a file's.
    article BIGINT,
    file TEXT,
    -- How much of a test must be right.
    pass_percent BIGINT,
    -- A test's questions with their answers, as a list.
    questions TEXT,
    -- What was taken out of a course is kept for those who did it.
    removed_at BIGINT
);
CREATE INDEX training_part_course ON training_part (course, place, id) WHERE removed_at IS NULL;

CREATE TABLE training_assignment (
    id {identity},
    course TEXT NOT NULL REFERENCES training_course (id),
    -- person, team, role; and which.
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    -- A day.
    due_on TEXT,
    assigned_by TEXT,
    at BIGINT NOT NULL,
    removed_at BIGINT
);
CREATE INDEX training_assignment_course ON training_assignment (course, id) WHERE removed_at IS NULL;
CREATE INDEX training_assignment_groups ON training_assignment (id) WHERE removed_at IS NULL AND kind <> 'person';

-- A person and a course: asked to take it, or began it by themselves.
CREATE TABLE training_learner (
    course TEXT NOT NULL REFERENCES training_course (id),
    person TEXT NOT NULL,
    -- Whose wish it is; none for who took it up.
    assignment BIGINT,
    due_on TEXT,
    -- Once it was said that the day has passed.
    chased_at BIGINT,
    added_at BIGINT NOT NULL,
    began_at BIGINT,
    done_at BIGINT,
    PRIMARY KEY (course, person)
);
CREATE INDEX training_learner_person ON training_learner (person, course);
CREATE INDEX training_learner_due ON training_learner (due_on) WHERE done_at IS NULL AND chased_at IS NULL AND due_on IS NOT NULL;

-- A part that somebody has done: read, seen, attended, passed.
CREATE TABLE training_tick (
    person TEXT NOT NULL,
    part BIGINT NOT NULL REFERENCES training_part (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (person, part)
);
CREATE INDEX training_tick_part ON training_tick (part);

-- Every attempt at a test, never changed.
CREATE TABLE training_attempt (
    id {identity},
    part BIGINT NOT NULL REFERENCES training_part (id),
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- What was chosen, question by question.
    answers TEXT NOT NULL,
    right_answers BIGINT NOT NULL,
    questions BIGINT NOT NULL,
    passed BOOLEAN NOT NULL
);
CREATE INDEX training_attempt_person ON training_attempt (person, part, id);

CREATE TABLE training_session (
    id TEXT NOT NULL PRIMARY KEY,
    part BIGINT NOT NULL REFERENCES training_part (id),
    course TEXT NOT NULL REFERENCES training_course (id),
    starts_at BIGINT NOT NULL,
    -- How long it takes, which is what is credited.
    minutes BIGINT NOT NULL,
    place TEXT NOT NULL,
    seats BIGINT NOT NULL,
    trainer TEXT NOT NULL,
    reminded_at BIGINT,
    cancelled_at BIGINT
);
CREATE INDEX training_session_part ON training_session (part, starts_at);
CREATE INDEX training_session_trainer ON training_session (trainer, starts_at);
CREATE INDEX training_session_remind ON training_session (starts_at) WHERE reminded_at IS NULL AND cancelled_at IS NULL;

CREATE TABLE training_seat (
    session TEXT NOT NULL REFERENCES training_session (id),
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- None until the trainer has said so.
    attended BOOLEAN,
    PRIMARY KEY (session, person)
);
CREATE INDEX training_seat_person ON training_seat (person, session);

-- Time that counts for a year, once for each course and session.
CREATE TABLE training_credit (
    person TEXT NOT NULL,
    -- course:ID or session:ID.
    source TEXT NOT NULL,
    year BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person, source)
);
CREATE INDEX training_credit_year ON training_credit (year, person, minutes);
