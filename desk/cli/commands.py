"""Every command in its section, with the module it is loaded from and its line of help.
A section's name is what `gate help` takes.
"""

from __future__ import annotations

SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "everyday": {
        "init": ("desk.cli.everyday.init", "Create a film in an empty folder."),
        "lock": ("desk.cli.everyday.lock", "Lock the pictures in assets/ as the approved references."),
        "lint": ("desk.cli.everyday.lint", "Check the film's files and pictures. Spends nothing."),
        "plan": ("desk.cli.everyday.plan", "Show the steps that would run, and the cost. Spends nothing."),
        "run": ("desk.cli.everyday.run", "Make a scene, up to the point where it needs a person's approval."),
        "review": ("desk.cli.everyday.review", "Open the review room: look at takes, give verdicts, approve finals."),
        "approve": ("desk.cli.everyday.approve", "Approve finals, or drafts where the film asks, at their price."),
        "resume": ("desk.cli.everyday.run", "Continue a scene after an approval, a stop or a crash."),
        "status": ("desk.cli.everyday.status", "Show where each shot stands, or which parts of gate up run."),
        "explain": ("desk.cli.everyday.explain", "Say in one line why a shot would cost money, or why it would not."),
        "stop": ("desk.cli.everyday.stop", "Refuse every further paid call; jobs in flight are still collected."),
        "go": ("desk.cli.everyday.stop", "Lift a stop, with a name and a reason."),
    },
    "story": {
        "import": (
            "desk.cli.story.importing",
            "Import a script or a shot list: scenes, people, places, lines and shots.",
        ),
        "continuity": (
            "desk.cli.story.continuity",
            "Show what each shot opens and closes on, and what changes between shots that nobody shows.",
        ),
        "coverage": (
            "desk.cli.story.coverage",
            "List what is referred to and missing, approved and unused, or made and never shown.",
        ),
        "new": ("desk.cli.story.new", "Begin a pitch, a character, a place, a prop, a scene or a shot."),
        "phase": (
            "desk.cli.story.phase",
            "Show what each phase of the film has produced, and what the next one needs before it begins.",
        ),
        "matrix": (
            "desk.cli.story.matrix",
            "Show every shot in one table, with its price and whether it may be generated.",
        ),
        "export": (
            "desk.cli.story.export",
            "Write the film as a script (Fountain), a shot list (CSV) or a storyboard (PDF, HTML).",
        ),
    },
    "shots": {
        "turnaround": (
            "desk.cli.shots.turnaround",
            "Make a character's missing reference views from the approved front view.",
        ),
        "prompt": (
            "desk.cli.shots.prompt",
            "Print a shot's prompts as providers get them, with their guide and the findings on them.",
        ),
        "board": (
            "desk.cli.shots.board",
            "Compose shots in the browser: people, props and camera, as previz draws them.",
        ),
        "drafts": ("desk.cli.shots.drafts", "Choose the resolution of drafts; above 480p they cost more."),
        "verdict": ("desk.cli.shots.verdict", "Pass or fail a take yourself; thresholds are calibrated from verdicts."),
        "fix": (
            "desk.cli.shots.fix",
            "Propose the one-line change that would repair a failed shot; a person accepts it.",
        ),
        "write": (
            "desk.cli.shots.write",
            "Ask a text model for better words, a fix or more shots; a person accepts them.",
        ),
        "retake": ("desk.cli.shots.retake", "Reject a take, and name the one thing to change."),
        "edit": ("desk.cli.shots.edit", "Change one region of a frame, or empty the region and fill it again."),
        "offers": (
            "desk.cli.shots.offers",
            "List the options for a shot that moderation refused; a person chooses.",
        ),
        "hold": ("desk.cli.shots.exclusions", "Put shots on hold: nothing is bought for them until you undo it."),
        "omit": (
            "desk.cli.shots.exclusions",
            "Omit shots from the film: nothing is bought for them, and the cut skips them.",
        ),
        "undo": (
            "desk.cli.shots.undo",
            "Take back your latest decision about a shot: approval, hold, verdict, retake, manual frame.",
        ),
    },
    "manual": {
        "handoff": (
            "desk.cli.hands.handoff",
            "List the frames that wait to be made by hand: folder, file to save, since when.",
        ),
        "comp": (
            "desk.cli.hands.comp",
            "Composite a frame by hand: lay a kit out, take the frame in, polish it, choose.",
        ),
        "guard": (
            "desk.cli.hands.guard",
            "Check that an edit or a polish changed nothing outside its mask; draw a heat map.",
        ),
    },
    "money": {
        "cost": ("desk.cli.money.cost", "Show a scene's costs, the held amounts, and the rest under each cap."),
        "cap": ("desk.cli.money.cap", "Set a cap, with a name and a reason."),
        "prices": ("desk.cli.money.prices", "Show the price book: what each call costs, since when, and the source."),
        "provider": ("desk.cli.money.provider", "Compare providers for a scene, and decide to change to one."),
        "log": (
            "desk.cli.money.log",
            "List every call: request, provider, price and result; import the logs of other tools.",
        ),
        "reconcile": (
            "desk.cli.money.reconcile",
            "Ask the providers about calls in doubt and late bills; or decide a call yourself.",
        ),
    },
    "nights": {
        "order": ("desk.cli.nights.order", "Leave a standing order for the night, look at it, or end it."),
        "night": (
            "desk.cli.nights.night",
            "Make tonight's drafts, scene by scene, under the standing orders; then the dailies.",
        ),
        "dailies": (
            "desk.cli.nights.dailies",
            "Write a scene's dailies: decisions, reel, checks and money, as one web page.",
        ),
        "notify": (
            "desk.cli.nights.notify",
            "Show who is told when a person is needed; test the addresses; send the messages that are due.",
        ),
    },
    "agents": {
        "proposals": (
            "desk.cli.agents.proposals",
            "List the changes that agents and writers propose; accept or reject each.",
        ),
        "mcp": ("desk.cli.agents.mcp", "Let agents read the film and propose changes, over MCP; no tool decides."),
    },
    "post": {
        "film": ("desk.cli.post.film", "Join the scenes into one film: plan, master, deliverables. Spends nothing."),
        "cut": ("desk.cli.post.cut", "List the film's cut, show another take of a shot, trim it, or import an edit."),
        "turnover": (
            "desk.cli.post.turnover",
            "Write the cut with its media for editing programs: OTIO, FCPXML, Final Cut Pro 7 XML, AAF, EDL.",
        ),
        "wrap": (
            "desk.cli.post.wrap",
            "Write the wrap report: cost per accepted second, lessons, what may be deleted; archive the film.",
        ),
        "sign": (
            "desk.cli.post.sign",
            "Sign a finished film: what it is made from, by which models, approved by whom.",
        ),
        "verify": ("desk.cli.post.verify", "Read where a film comes from, and whether it was changed since."),
        "kitsu": ("desk.cli.post.kitsu", "Hand takes to Kitsu for review, and import what people say there."),
        "frameio": ("desk.cli.post.frameio", "Hand takes to Frame.io for review, and import what people say there."),
        "journal": ("desk.cli.post.journal", "Write how the film was made, as a web site that plays from a disk."),
    },
    "services": {
        "up": (
            "desk.cli.services.up",
            "Start Prefect's server, its deployments and the review room; Ctrl-C stops them.",
        ),
        "down": ("desk.cli.services.down", "Stop the services started by gate up; nothing is lost."),
        "deploy": ("desk.cli.services.deploy", "Deploy the film to a studio's own Prefect server."),
        "vault": (
            "desk.cli.services.vault",
            "Copy the media to or from a bucket, and check that all of them are there and intact.",
        ),
    },
    "tools": {
        "demo": ("desk.cli.tools.demo", "Make the example film at $0: nine shots, every gate, an approval, a cut."),
        "doctor": (
            "desk.cli.tools.doctor",
            "Check this machine, the film, the store and the ledger; report problems and how to fix them.",
        ),
        "rehearse": (
            "desk.cli.tools.rehearse",
            "Rehearse a scene with its real adapters on this machine, at $0, with its true cost and its failures.",
        ),
        "audit": (
            "desk.cli.tools.audit",
            "Show a scene's panels or clips as a table: identity, wardrobe, location, continuity.",
        ),
        "calibrate": (
            "desk.cli.tools.calibrate",
            "Show how often each rule is wrong by people's verdicts, and its cheapest threshold.",
        ),
        "eyes": ("desk.cli.tools.eyes", "Show, bring or try the image model that the local checks look with."),
        "score": ("desk.cli.tools.score", "Score any pictures against their references: identity, clothes, place."),
        "rule": ("desk.cli.tools.rule", "Print what a rule measures, why, and where its threshold comes from."),
        "schema": ("desk.cli.tools.schema", "Write the JSON Schemas of the files that people edit."),
        "help": ("desk.cli.tools.help", "List the commands of one section, or of all, with a line each."),
    },
}

COMMANDS: dict[str, tuple[str, str]] = {name: found for section in SECTIONS.values() for name, found in section.items()}
