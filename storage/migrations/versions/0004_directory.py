"""Directory: version 0004, after 0003."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Tables of the directory, and who is deactivated in Slack.
    op.create_table('calendars',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('hours', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('holidays', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_calendars'))
    )
    op.create_table('colleagues',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('roles', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('teams', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('digest_at', sa.String(), nullable=True),
    sa.Column('inactive_since', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_colleagues'))
    )
    op.create_table('company',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('team_ids', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('help_centre', sa.String(), nullable=True),
    sa.Column('calendar', sa.String(), nullable=True),
    sa.Column('triage_kind', sa.String(), nullable=False),
    sa.Column('triage_address', sa.String(), nullable=False),
    sa.Column('vocabulary', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company'))
    )
    op.create_table('customer_channels',
    sa.Column('customer_id', sa.String(), nullable=False),
    sa.Column('channel_kind', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(), nullable=True),
    sa.Column('highest_mode', sa.String(), nullable=False),
    sa.Column('precision', sa.Float(precision=53), nullable=True),
    sa.Column('language', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('customer_id', 'channel_kind', 'address', name=op.f('pk_customer_channels'))
    )
    with op.batch_alter_table('customer_channels', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_channels_address'), ['address'], unique=False)

    op.create_table('customer_facts',
    sa.Column('customer_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('customer_id', 'name', name=op.f('pk_customer_facts'))
    )
    op.create_table('customer_marks',
    sa.Column('customer_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('customer_id', 'kind', 'position', name=op.f('pk_customer_marks'))
    )
    with op.batch_alter_table('customer_marks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_marks_value'), ['value'], unique=False)

    op.create_table('customers',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('tier', sa.String(), nullable=False),
    sa.Column('timezone', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('success_manager', sa.String(), nullable=True),
    sa.Column('calendar', sa.String(), nullable=True),
    sa.Column('inactive_since', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customers'))
    )
    op.create_table('directory_version',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checksum', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_directory_version'))
    )
    op.create_table('knowledge_sources',
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('entry', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_knowledge_sources'))
    )
    op.create_table('policies',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_policies'))
    )
    op.create_table('severities',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('update_every_minutes', sa.Float(precision=53), nullable=False),
    sa.Column('ask_before_minutes', sa.Float(precision=53), nullable=False),
    sa.Column('inactive_since', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_severities'))
    )
    op.create_table('teams',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('channel_kind', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('on_call', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('handles', sa.String(), nullable=False),
    sa.Column('inactive_since', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teams'))
    )
    op.create_table('tiers',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('first_response_minutes', sa.Float(precision=53), nullable=False),
    sa.Column('resolution_hours', sa.Float(precision=53), nullable=False),
    sa.Column('calendar', sa.String(), nullable=True),
    sa.Column('inactive_since', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_tiers'))
    )
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deactivated', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    # Tables of the directory, and who is deactivated in Slack.
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_column('deactivated')

    op.drop_table('tiers')
    op.drop_table('teams')
    op.drop_table('severities')
    op.drop_table('policies')
    op.drop_table('knowledge_sources')
    op.drop_table('directory_version')
    op.drop_table('customers')
    with op.batch_alter_table('customer_marks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_marks_value'))

    op.drop_table('customer_marks')
    op.drop_table('customer_facts')
    with op.batch_alter_table('customer_channels', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_channels_address'))

    op.drop_table('customer_channels')
    op.drop_table('company')
    op.drop_table('colleagues')
    op.drop_table('calendars')
