"""clickhouse-driver's client, sending arrays as they are.

The driver makes a Python object of each value and packs it again: 6 µs a call record. Only the
writing of an INSERT's blocks is changed here, and only for columns that are arrays; a test says
that the bytes are the driver's own.
"""

from collections.abc import Sequence

from clickhouse_driver import Client, defines
from clickhouse_driver.block import ColumnOrientedBlock
from clickhouse_driver.columns.service import write_column
from clickhouse_driver.streams.native import BlockOutputStream
from clickhouse_driver.varint import write_varint
from clickhouse_driver.writer import write_binary_str, write_binary_uint8

from connectors.column_bytes import column_bytes
from connectors.column_values import Column, to_driver_list


class ColumnBlockStream(BlockOutputStream):
    """Writes blocks whose columns may be arrays."""

    def write(self, block: ColumnOrientedBlock) -> None:
        revision = self.context.server_info.used_revision
        if revision >= defines.DBMS_MIN_REVISION_WITH_BLOCK_INFO:
            block.info.write(self.fout)
        write_varint(block.num_columns, self.fout)
        write_varint(block.num_rows, self.fout)
        if block.num_columns:
            for (name, spec), values in zip(block.columns_with_types, block.data, strict=True):
                write_binary_str(name, self.fout)
                write_binary_str(spec, self.fout)
                if revision >= defines.DBMS_MIN_REVISION_WITH_CUSTOM_SERIALIZATION:
                    write_binary_uint8(0, self.fout)
                self._write_values(name, spec, values)
        self.finalize()

    def _write_values(self, name: str, spec: str, values: Column) -> None:
        raw = column_bytes(name, spec, values)
        if raw is None:
            write_column(self.context, name, spec, to_driver_list(values, spec), self.fout)
        else:
            self.fout.write(raw)


class ColumnClient(Client):
    """A client whose INSERTs with ``columnar=True`` take arrays and send them as one block.

    It takes what the driver's client takes, except ``compression`` and ``use_numpy``.
    """

    def send_data(self, sample_block: ColumnOrientedBlock, data: Sequence[Column], types_check: bool = False,
                  columnar: bool = False) -> int:
        if not columnar:
            return super().send_data(sample_block, data, types_check, columnar)
        connection = self.connection
        block = ColumnOrientedBlock(sample_block.columns_with_types, data)
        stream = ColumnBlockStream(connection.fout, connection.context)
        driver_stream, connection.block_out = connection.block_out, stream
        try:
            for piece in (block, ColumnOrientedBlock()):  # the empty one ends the data
                connection.send_data(piece)
                self.receive_profile_events()
        finally:
            connection.block_out = driver_stream
        return block.num_rows
