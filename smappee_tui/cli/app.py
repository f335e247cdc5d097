"""The program and its groups: a table says where each command stands, and only the one that is called is imported.

Two of the groups have a command without a name, for a first word that is none of theirs: `smappee-tui HOST`,
`smappee-tui report HOST`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from math import isnan
from typing import Annotated, Any, ClassVar

import typer

# Only typer's own names: some versions of it bring click, others contain it.
from typer.core import TyperCommand, TyperGroup

from smappee_tui import __version__
from smappee_tui.cli import exits, language
from smappee_tui.cli.console import out

UNNAMED = "[HOST]"
"""The command for everything that is no command. Nobody types its name, and no host can have it."""
HELP_NAMES = {"help_option_names": ["-h", "--help"]}


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """Where a command stands."""

    target: str
    """`module:name` of a function or of the class of a group."""
    words: str = ""
    """What its group's help says of it."""


class UnnamedCommand(TyperCommand):
    """In help and complaints it is called as its group is: `smappee-tui`, `smappee-tui report`."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Make the context a top-level one, so that its usage line is `smappee-tui [OPTIONS] [HOST]`."""
        name = parent.command_path if parent is not None else info_name
        return super().make_context(name, args, None, **extra)


class LazyGroup(TyperGroup):
    """Knows its commands by a table and builds those that are asked for. The docstring of a class is its help."""

    table: ClassVar[Mapping[str, CommandEntry]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """Name them, in the order of the help text."""
        return [name for name in self.table if name != UNNAMED]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One of them; None where there is no such command."""
        if cmd_name not in self.commands and cmd_name in self.table:
            self.commands[cmd_name] = self._built(cmd_name)
        return self.commands.get(cmd_name)

    def _built(self, name: str) -> Any:
        command = self.table[name]
        module, _, attribute = command.target.partition(":")
        found = getattr(import_module(module), attribute)
        if isinstance(found, type):
            return found(
                name=name,
                help=found.__doc__,
                params=[language.option()],
                context_settings=HELP_NAMES,
                no_args_is_help=True,
                rich_markup_mode=None,
            )
        alone = typer.Typer(rich_markup_mode=None, add_completion=False)
        cls = UnnamedCommand if name == UNNAMED else None
        alone.command(name, cls=cls, context_settings=HELP_NAMES, short_help=command.words)(found)
        built = typer.main.get_command(alone)
        for parameter in built.params:
            if parameter.type.name.startswith("float"):
                parameter.callback = _a_number(parameter.callback)
        built.params.append(language.option())
        return built

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the first word names, or say which one may be meant."""
        if args[0] not in self.table and not ctx.resilient_parsing:
            self.commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write what the table says of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.table[name].words) for name in self.list_commands(ctx)])


def _a_number(then: Callable[[Any, Any, Any], Any] | None) -> Callable[[Any, Any, Any], Any]:
    """Refuse what is no number before anything else looks at it: no range does, as it compares with nothing."""

    def checked(ctx: Any, parameter: Any, value: Any) -> Any:
        if isinstance(value, float) and isnan(value):
            raise typer.BadParameter("it is no number.")
        return then(ctx, parameter, value) if then is not None else value

    return checked


def language_apart(args: list[str]) -> tuple[list[str], list[str]]:
    """`--language` and its value where they come first, and the rest: the first word after them names the command."""
    words = 0 if not args else 2 if args[0] == "--language" else args[0].startswith("--language=")
    return args[:words], args[words:]


class ReportGroup(LazyGroup):
    """`diff`, `verify`, and the writing of a report for everything else. `--help` is that of the writing."""

    table: ClassVar = {
        UNNAMED: CommandEntry("smappee_tui.cli.report.command:report"),
        "diff": CommandEntry("smappee_tui.cli.report.diff:diff", "Compare two reports of one installation."),
        "verify": CommandEntry("smappee_tui.cli.report.verify:verify", "Check that files belong together."),
    }

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the writing command in front of what does not name another one."""
        ours, args = language_apart(args)
        if not (args and args[0] in self.table) and not (ctx.resilient_parsing and not args):
            args = [UNNAMED, *args]
        return super().parse_args(ctx, [*ours, *args])

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Offer the options of writing beside the commands."""
        writing = self.get_command(ctx, UNNAMED)
        return [*super().shell_complete(ctx, incomplete), *writing.shell_complete(ctx, incomplete)]


class JobsGroup(LazyGroup):
    """What is kept of each installation between two visits: list it, open it again, export it as a zip, delete it.

    Without a command they are listed, with --json for programs. Jobs stay on this computer, in a folder that only you
    can read, until you delete them.
    """

    table: ClassVar = {
        UNNAMED: CommandEntry("smappee_tui.cli.jobs:list_jobs"),
        "open": CommandEntry("smappee_tui.cli.jobs:open_job", "The live screen of one again, or what was recorded."),
        "export": CommandEntry("smappee_tui.cli.jobs:export_job", "One as a zip; --redact leaves names out."),
        "delete": CommandEntry("smappee_tui.cli.jobs:delete_job", "Delete one. Asks first."),
    }

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """List them where no command is named."""
        ours, args = language_apart(args)
        if not ctx.resilient_parsing and (not args or args[0].startswith("-")) and args[:1] not in (["-h"], ["--help"]):
            args = [UNNAMED, *args]
        return super().parse_args(ctx, [*ours, *args])


class HostGroup(LazyGroup):
    """All commands of the program, and the app for everything that is none of them."""

    table: ClassVar = {
        UNNAMED: CommandEntry("smappee_tui.cli.home:home"),
        "demo": CommandEntry("smappee_tui.cli.demo:demo", "The app on a simulated monitor, nothing to set up."),
        "discover": CommandEntry("smappee_tui.cli.discover:discover", "Find the monitors on the network."),
        "check": CommandEntry("smappee_tui.cli.check.command:check", "Watch for a while, print the verdict."),
        "record": CommandEntry("smappee_tui.cli.record:record", "Keep every message in a file."),
        "portal": CommandEntry("smappee_tui.cli.portal:portal", "Is it a monitor, does it speak, what to type where."),
        "broker": CommandEntry("smappee_tui.cli.broker:broker", "A broker on this laptop for a monitor to push to."),
        "simulate": CommandEntry("smappee_tui.cli.demo:simulate", "A simulated monitor for other programs."),
        "report": CommandEntry("smappee_tui.cli.app:ReportGroup", "Write the commissioning report."),
        "jobs": CommandEntry("smappee_tui.cli.app:JobsGroup", "What is kept of each installation: list, open, delete."),
        "fleet": CommandEntry("smappee_tui.cli.fleet.command:fleet", "Every monitor of a broker at once."),
        "cloud": CommandEntry("smappee_tui.cli.app:CloudGroup", "The vendor's cloud, a command a method."),
    }

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the app's name in front of what starts neither with a command nor with an option of the group itself."""
        language.forget()
        ours, args = language_apart(args)
        if ours == ["--language"]:
            return super().parse_args(ctx, ours)  # which says that the language is missing
        if args:
            if not self._is_ours(ctx, args[0]):
                self._mistyped(ctx, args[0])
                args = [UNNAMED, *args]
        elif not ctx.resilient_parsing:  # while completing, the commands are what may come next
            args = [UNNAMED]
        return super().parse_args(ctx, [*ours, *args])

    def _is_ours(self, ctx: Any, word: str) -> bool:
        own = {name for option in self.get_params(ctx) for name in (*option.opts, *option.secondary_opts)}
        return word in self.table or word.partition("=")[0] in own

    def _mistyped(self, ctx: Any, word: str) -> None:
        """Fail for a word that looks like one of the commands."""
        near = difflib.get_close_matches(word, self.list_commands(ctx), n=1, cutoff=0.75)
        if near and not ctx.resilient_parsing:
            ctx.fail(f"{word} is no command. Did you mean {near[0]}? A host of that name is {word}:1883.")

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Name both ways to call it."""
        formatter.write_usage(ctx.command_path, "[OPTIONS] [HOST]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]...", prefix="   or: ")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The commands first, then the app's own options, so that nobody has to ask a second time for them."""
        self.format_commands(ctx, formatter)
        app, own = self.get_command(ctx, UNNAMED), self.get_params(ctx)
        for title, options in (("Options with HOST", app.get_params(ctx)), ("Options", own)):
            known = {option.name for option in own} if options is not own else set()
            with formatter.section(title):
                records = [option.get_help_record(ctx) for option in options if option.name not in known]
                formatter.write_dl([record for record in records if record is not None])

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Offer the app's options and known hosts beside the commands."""
        app = self.get_command(ctx, UNNAMED)
        offers = [*super().shell_complete(ctx, incomplete), *app.shell_complete(ctx, incomplete)]
        if not incomplete.startswith("-"):
            for parameter in app.params:
                if parameter.param_type_name == "argument":
                    offers += parameter.shell_complete(ctx, incomplete)
        return offers


_CLOUD = "smappee_tui.cli.cloud"


class CloudGroup(LazyGroup):
    """The vendor's cloud: what it knows, and what it measured, location by location.

    `smappee-tui cloud login` asks for the credentials once and keeps them in the system's keyring. Scripts put them
    into SMAPPEE_TUI_CLOUD_CLIENT_ID, _CLIENT_SECRET, _USERNAME and _PASSWORD; another cloud into _BASE_URL.
    """

    table: ClassVar = {
        "login": CommandEntry(f"{_CLOUD}.account:login", "Ask for the credentials once, keep them in the keyring."),
        "logout": CommandEntry(f"{_CLOUD}.account:logout", "Forget them."),
        "status": CommandEntry(f"{_CLOUD}.account:status", "Where they come from, and whether they work."),
        "locations": CommandEntry(f"{_CLOUD}.locations:locations", "All locations that this account sees."),
        "sweep": CommandEntry(f"{_CLOUD}.sweep:sweep", "All of them judged by their past, as `fleet` shows a broker."),
        "info": CommandEntry(f"{_CLOUD}.locations:info", "Time zone, place, tariff, appliances, plugs, sensors."),
        "config": CommandEntry(f"{_CLOUD}.locations:config", "The CTs as the cloud holds them."),
        "consumption": CommandEntry(
            f"{_CLOUD}.consumption:consumption", "What was used and produced, per CT; volts per phase."
        ),
        "switch-consumption": CommandEntry(f"{_CLOUD}.devices:switch_consumption", "What a Smappee Switch measured."),
        "sensor-consumption": CommandEntry(
            f"{_CLOUD}.devices:sensor_consumption", "What a Gas & Water sensor counted."
        ),
        "events": CommandEntry(f"{_CLOUD}.devices:events", "When appliances were switched."),
        "costs": CommandEntry(f"{_CLOUD}.devices:costs", "Energy and cost per appliance."),
        "actuator-state": CommandEntry(f"{_CLOUD}.actuators:actuator_state", "Is a plug or switch on?"),
        "actuator-on": CommandEntry(f"{_CLOUD}.actuators:actuator_on", "Switch it on. Asks first."),
        "actuator-off": CommandEntry(f"{_CLOUD}.actuators:actuator_off", "Switch it off. Asks first."),
        "create": CommandEntry(f"{_CLOUD}.changes:create", "A new location. Special accounts; asks first."),
        "update": CommandEntry(f"{_CLOUD}.changes:update", "Its name or place. Special accounts; asks first."),
        "delete": CommandEntry(f"{_CLOUD}.changes:delete", "Delete a location. Special accounts; asks first."),
        "share": CommandEntry(f"{_CLOUD}.changes:share", "Let another user see it. Special accounts; asks first."),
    }


PROGRAM = "smappee-tui"

app = typer.Typer(
    cls=HostGroup,
    context_settings=HELP_NAMES,
    rich_markup_mode=None,  # rich would take longer to import than all the rest of --help
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        out(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback()
def smappee_tui(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and leave.")
    ] = False,
    language: language.Option = None,
) -> None:
    """Commission a Smappee energy monitor: which CT is wrong, why, and what to do."""


def run() -> None:
    """Run with the arguments of this process."""
    exits.leave(lambda: app(prog_name=PROGRAM, standalone_mode=False))
