"""Names of scenes and shots as plain strings, for code that must start without loading the data model."""


def scene_of_shot(name: str) -> str:
    """The scene in the name of a shot, or of anything named after one: SC010 of SC010_SH0020, BIBLE of a locked view.

    A scene's own name stays as it is.
    """
    return name.partition("_")[0]
