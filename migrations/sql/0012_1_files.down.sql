DROP TABLE file_pieces, files;
