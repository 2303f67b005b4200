"""Addresses of every kind of channel instead of ids of Slack: version 0003, after 0002.

Every conversation, message, post, receipt, escalation and change of mode keeps its place. Words of Footbridge's own
("post:12", "form:7", "choice:7") get addresses of the kind "footbridge".
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

NUMBERED = "ts LIKE 'post:%' OR ts LIKE 'form:%' OR ts LIKE 'choice:%'"
# Where a row of the old tables is now: its columns for the channel and for the message in it.
PLACES = (
    ('conversations', 'channel_id', 'place_id'),
    ('posts', 'channel_id', 'place_id'),
    ('escalations', 'channel_id', 'place_id'),
    ('mode_changes', 'channel_id', 'place_id'),
)
ITEMS = (
    ('conversations', 'thread_ts', 'thread_id'),
    ('posts', 'thread_ts', 'thread_id'),
    ('posts', 'ts', 'address_id'),
    ('receipts', 'ts', 'address_id'),
)


def upgrade() -> None:
    op.create_table(
        'addresses',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('place', sa.String(), nullable=False),
        sa.Column('item', sa.String(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_addresses')),
        sa.UniqueConstraint('kind', 'place', 'item', name=op.f('uq_addresses_kind_place_item')),
    )
    for table, column, _ in PLACES:
        _store(f"SELECT DISTINCT 'slack', {column}, '' FROM {table} WHERE {column} IS NOT NULL")
    for table, column, _ in ITEMS:
        _store(
            f"SELECT DISTINCT 'slack', channel_id, {column} FROM {table} "
            f"WHERE {column} IS NOT NULL AND channel_id IS NOT NULL AND {column} NOT LIKE '%:%'"
        )
    _store(f"SELECT DISTINCT 'slack', channel_id, ts FROM messages WHERE NOT ({NUMBERED})")
    _store(
        "SELECT DISTINCT 'footbridge', substr(ts, 1, position_of - 1), substr(ts, position_of + 1) FROM "
        f"(SELECT ts, {_position_of_colon()} AS position_of FROM messages WHERE {NUMBERED}) AS own WHERE 1 = 1"
    )
    _add_columns()
    for table, column, new in PLACES:
        _fill(table, new, f"kind = 'slack' AND place = {table}.{column} AND item = ''")
    for table, column, new in ITEMS:
        _fill(table, new, f"kind = 'slack' AND place = {table}.channel_id AND item = {table}.{column}")
    _fill('messages', 'address_id', "kind = 'slack' AND place = messages.channel_id AND item = messages.ts")
    for table in ('messages', 'receipts'):
        _fill(table, 'address_id', f"kind = 'footbridge' AND place || ':' || item = {table}.ts", NUMBERED)
    _drop_columns()
    _new_tables()


def _store(select: str) -> None:
    # A condition must stand before ON CONFLICT, or SQLite takes it for a join.
    op.execute(f"INSERT INTO addresses (kind, place, item) {select} ON CONFLICT DO NOTHING")


def _position_of_colon() -> str:
    return "position(':' in ts)" if op.get_bind().dialect.name == 'postgresql' else "instr(ts, ':')"


def _fill(table: str, column: str, where: str, only: str = '1 = 1') -> None:
    op.execute(
        f"UPDATE {table} SET {column} = (SELECT addresses.id FROM addresses WHERE {where}) "
        f"WHERE {column} IS NULL AND ({only})"
    )


def _add_columns() -> None:
    for table, columns in {
        'conversations': ('place_id', 'thread_id'),
        'messages': ('address_id',),
        'posts': ('place_id', 'thread_id', 'address_id'),
        'receipts': ('address_id',),
        'escalations': ('place_id',),
        'mode_changes': ('place_id',),
    }.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.Integer(), nullable=True))


def _drop_columns() -> None:
    with op.batch_alter_table('conversations', schema=None) as batch:
        batch.drop_constraint(batch.f('uq_conversations_channel_id_thread_ts'), type_='unique')
        batch.drop_index(batch.f('ix_conversations_channel_id'))
        batch.alter_column('place_id', existing_type=sa.Integer(), nullable=False)
        batch.alter_column('thread_id', existing_type=sa.Integer(), nullable=False)
        batch.create_index(batch.f('ix_conversations_place_id'), ['place_id'], unique=False)
        batch.create_unique_constraint(batch.f('uq_conversations_thread_id'), ['thread_id'])
        batch.create_foreign_key(batch.f('fk_conversations_place_id_addresses'), 'addresses', ['place_id'], ['id'])
        batch.create_foreign_key(batch.f('fk_conversations_thread_id_addresses'), 'addresses', ['thread_id'], ['id'])
        batch.drop_column('channel_id')
        batch.drop_column('thread_ts')
    with op.batch_alter_table('messages', schema=None) as batch:
        batch.drop_constraint(batch.f('uq_messages_channel_id_ts'), type_='unique')
        batch.alter_column('address_id', existing_type=sa.Integer(), nullable=False)
        batch.create_unique_constraint(batch.f('uq_messages_address_id'), ['address_id'])
        batch.create_foreign_key(batch.f('fk_messages_address_id_addresses'), 'addresses', ['address_id'], ['id'])
        batch.drop_column('channel_id')
        batch.drop_column('ts')
    with op.batch_alter_table('posts', schema=None) as batch:
        batch.alter_column('place_id', existing_type=sa.Integer(), nullable=False)
        batch.create_index(batch.f('ix_posts_place_id'), ['place_id'], unique=False)
        batch.create_index(batch.f('ix_posts_address_id'), ['address_id'], unique=False)
        for column in ('place_id', 'thread_id', 'address_id'):
            batch.create_foreign_key(batch.f(f'fk_posts_{column}_addresses'), 'addresses', [column], ['id'])
        for column in ('channel_id', 'thread_ts', 'ts'):
            batch.drop_column(column)
    with op.batch_alter_table('receipts', schema=None) as batch:
        batch.drop_index(batch.f('ix_receipts_ts'))
        batch.create_index(batch.f('ix_receipts_address_id'), ['address_id'], unique=False)
        batch.create_foreign_key(batch.f('fk_receipts_address_id_addresses'), 'addresses', ['address_id'], ['id'])
        batch.drop_column('channel_id')
        batch.drop_column('ts')
    with op.batch_alter_table('escalations', schema=None) as batch:
        batch.alter_column('place_id', existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(batch.f('fk_escalations_place_id_addresses'), 'addresses', ['place_id'], ['id'])
        batch.drop_column('channel_id')
    with op.batch_alter_table('mode_changes', schema=None) as batch:
        batch.drop_index(batch.f('ix_mode_changes_channel_id'))
        batch.alter_column('place_id', existing_type=sa.Integer(), nullable=False)
        batch.create_index(batch.f('ix_mode_changes_place_id'), ['place_id'], unique=False)
        batch.create_foreign_key(batch.f('fk_mode_changes_place_id_addresses'), 'addresses', ['place_id'], ['id'])
        batch.drop_column('channel_id')


def _new_tables() -> None:
    op.create_table(
        'participants',
        sa.Column('conversation_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.String(), nullable=False),
        sa.Column('side', sa.String(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['conversation_id'], ['conversations.id'], name=op.f('fk_participants_conversation_id_conversations')
        ),
        sa.PrimaryKeyConstraint('conversation_id', 'person_id', name=op.f('pk_participants')),
    )
    with op.batch_alter_table('participants', schema=None) as batch:
        batch.create_index(batch.f('ix_participants_person_id'), ['person_id'], unique=False)
    op.execute(
        "INSERT INTO participants (conversation_id, person_id, side, since) "
        "SELECT conversation_id, author_id, min(side), min(said_at) FROM messages "
        "WHERE conversation_id IS NOT NULL AND side IN ('contact', 'ours') GROUP BY conversation_id, author_id"
    )
    op.create_table(
        'ticket_conversations',
        sa.Column('ticket_id', sa.Integer(), nullable=False),
        sa.Column('conversation_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['conversation_id'], ['conversations.id'], name=op.f('fk_ticket_conversations_conversation_id_conversations')
        ),
        sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_conversations_ticket_id_tickets')),
        sa.PrimaryKeyConstraint('ticket_id', 'conversation_id', name=op.f('pk_ticket_conversations')),
    )
    with op.batch_alter_table('ticket_conversations', schema=None) as batch:
        batch.create_index(batch.f('ix_ticket_conversations_conversation_id'), ['conversation_id'], unique=False)
    op.execute("INSERT INTO ticket_conversations (ticket_id, conversation_id) SELECT id, conversation_id FROM tickets")
    with op.batch_alter_table('tickets', schema=None) as batch:
        batch.drop_constraint(batch.f('uq_tickets_conversation_id'), type_='unique')
        batch.create_index(batch.f('ix_tickets_conversation_id'), ['conversation_id'], unique=False)
    op.create_table(
        'answer_dependencies',
        sa.Column('answer_id', sa.Integer(), nullable=False),
        sa.Column('article_id', sa.String(), nullable=False),
        sa.Column('checksum', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ['answer_id'], ['answers.id'], name=op.f('fk_answer_dependencies_answer_id_answers')
        ),
        sa.PrimaryKeyConstraint('answer_id', 'article_id', name=op.f('pk_answer_dependencies')),
    )
    with op.batch_alter_table('answer_dependencies', schema=None) as batch:
        batch.create_index(batch.f('ix_answer_dependencies_article_id'), ['article_id'], unique=False)
    op.execute(
        "INSERT INTO answer_dependencies (answer_id, article_id, checksum) "
        "SELECT answer_id, article_id, checksum FROM leanings"
    )
    op.drop_table('leanings')


def downgrade() -> None:
    raise NotImplementedError("Ids of other channels than Slack's have no place in version 0002; restore a backup.")
