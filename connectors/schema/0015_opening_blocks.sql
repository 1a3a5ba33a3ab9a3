-- A question at the counter reads a handful of rows in a dozen places of each part. What is decompressed for one of them
-- is a block: with 4 KiB instead of 64 an answer costs a fifth less, and the table a tenth more room on the disk.
ALTER TABLE opening_index MODIFY SETTING min_compress_block_size = 4096, max_compress_block_size = 4096;
