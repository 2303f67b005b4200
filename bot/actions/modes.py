"""The actions on the modes of channels: list them, choose one, accept or decline a proposal."""

from __future__ import annotations

from bot.actions.action import NOTHING, Action, Arguments, Command, NoArguments
from bot.actions.arguments import ModeChangeNumber
from bot.actions.typed import Typed, read_channel_and_mode
from bot.contents.modes import ChannelMode
from bot.directory.access import Access
from bot.modes import decisions


class ChosenMode(Arguments):
    """`which` is a channel's address as a key, or a customer's id or name."""

    which: str
    mode: str


def _read_mode(typed: Typed) -> ChosenMode:
    which, mode = read_channel_and_mode(typed)
    return ChosenMode(which=which, mode=mode)


MODE_LIST: Action[NoArguments, tuple[ChannelMode, ...]] = Action(
    id="mode.list",
    label="Modes",
    access=Access.WORKS_ON_DESK,
    arguments=NoArguments,
    command=Command(
        words="mode",
        example="mode",
        explanation=("how each channel is answered, what it has earned, and what is missing for the next step"),
        read=lambda typed: NOTHING,
        alone=True,
    ),
    run=lambda t, a, actor: decisions.list_modes(storage=t.storage, config=t.config, clock=t.clock),
)
MODE_CHOOSE: Action[ChosenMode, None] = Action(
    id="mode.choose",
    label="Choose a mode",
    access=Access.DECIDES_MODES,
    arguments=ChosenMode,
    command=Command(
        words="mode #channel auto, suggest, shadow or off",
        example="mode #customer suggest",
        explanation="gives a channel a mode, whatever the evidence says; managers and owners choose",
        read=_read_mode,
        confirm=lambda a, _: (
            f"It is in {a.mode} from now on. Your colleagues see it in triage; the customer is not notified."
        ),
    ),
    run=lambda t, a, actor: decisions.choose_mode(
        a.which, a.mode, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
)
MODE_ACCEPT: Action[ModeChangeNumber, None] = Action(
    id="mode.accept",
    label="Change the mode",
    access=Access.DECIDES_MODES,
    arguments=ModeChangeNumber,
    run=lambda t, a, actor: decisions.accept_mode(
        a.change_id, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
)
MODE_DECLINE: Action[ModeChangeNumber, None] = Action(
    id="mode.decline",
    label="Not yet",
    access=Access.DECIDES_MODES,
    arguments=ModeChangeNumber,
    run=lambda t, a, actor: decisions.decline_mode(a.change_id, actor=actor, storage=t.storage, clock=t.clock),
)
