"""Errors while a process is put together.

GateError
└── WiringError
    ├── ServerDown       Prefect's server did not come up
    ├── CannotPay        a provider that a run would pay has no key, refuses it, or has no credit
    ├── Unreachable      a provider that a run would pay does not answer
    ├── NoRoom           the vault cannot take what a run would make
    ├── RosterBlocked    the store and the bible disagree, and nothing is bought
    ├── PortTaken        a port that was asked for is somebody else's
    ├── AnotherCode      calls were made here under another code than film.yaml has now
    ├── NotAFilm         the folder holds no film, or the film has no such scene or shot
    ├── BadSetting       a variable of the environment, or a file that it names, cannot be used
    ├── PlanRefused      a plan file is none, was changed, or the film has moved since it was made
    ├── NoNight          a scene had no such night
    ├── BadLabels        a file of labels cannot be read, or a label in it says nothing that can be used
    ├── StaleView        a person answers something that is not, or no longer, as it was shown
    ├── RetakeRefused    nothing of that kind changed, more than one thing did, or another take would be luck alone
    ├── HandsRefused     what a person made by hand, or wants made, does not fit the shot as it stands
    ├── HubDown          the model hub does not answer, or what arrived is not what it stated
    ├── NotOnHub         the model hub has no such model, or does not give it to this user
    ├── FileBusy         another process has been writing one of the film's files for longer than a write takes
    ├── FileChanged      somebody changed a file while a change of it was prepared
    └── PictureRefused   a picture in the assets folder cannot be taken into the store
"""

from __future__ import annotations

from manifests.errors import GateError


class WiringError(GateError):
    """A process of ours cannot be put together."""


class ServerDown(WiringError):
    """Prefect's server did not come up in time."""

    retry_helps = True


class CannotPay(WiringError):
    """A provider that a run would pay has no key here, refuses it, or has no credit left."""


class Unreachable(WiringError):
    """A provider that a run would pay does not answer: this machine is offline, or the provider is."""

    retry_helps = True


class NoRoom(WiringError):
    """The vault's folder cannot be written to, or its disk has too little space for what a run would make."""


class RosterBlocked(WiringError):
    """The store and the bible disagree about who and what there is:
    nothing is bought until a person fixes or waives it.
    """


class PortTaken(WiringError):
    """A port that was asked for cannot be had."""


class AnotherCode(WiringError):
    """The film's code was changed after calls were made: its ledger would be another."""


class NotAFilm(WiringError):
    """There is no film, scene or shot of that name."""


class BadSetting(WiringError):
    """A variable of the environment, or a file that it names, cannot be used."""


class PictureRefused(WiringError):
    """A picture in the assets folder cannot be taken into the store."""


class NoNight(WiringError):
    """There was no such night for the scene."""


class StaleView(WiringError):
    """A person's answer does not fit, or no longer fits, the contents of the screen."""


class BadLabels(WiringError):
    """A file of labels cannot be read, or one of its lines has no value, or none that is on file."""


class PlanRefused(WiringError):
    """A plan file cannot be kept to: it is none, somebody changed it, or what it was made from has moved since."""


class RetakeRefused(WiringError):
    """A retake changes one thing, and this one would change none, or several, or make no progress."""


class HandsRefused(WiringError):
    """A composite, a polish or an edit that does not fit the shot as it stands."""


class HubDown(WiringError):
    """The model hub does not answer, or what arrived is not what it stated."""

    retry_helps = True


class NotOnHub(WiringError):
    """The model hub has no such model, or does not give it to this user."""


class FileBusy(WiringError):
    """Another process writes the film's files, and has not ended in the time that such a write takes."""

    retry_helps = True


class FileChanged(WiringError):
    """A file is not as it was when a change of it was prepared: to write that would lose what somebody else wrote."""
