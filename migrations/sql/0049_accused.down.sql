DROP TABLE charge_subjects;
