"""A scene as a picture: the room through its camera, the cast on their marks, then light, grain and coding.

Every picture comes with where blocking would say that everybody is: neutral boxes from the person the bible knows, a
few percent off, whatever the picture really shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from bench.filmset.brush import Brush, Floats, Picture
from bench.filmset.clothes import draw_person
from bench.filmset.figure import body, neutral
from bench.filmset.furniture import faces_of, shell
from bench.filmset.people import Person, Rng
from bench.filmset.rooms import Piece, Room
from bench.filmset.scenes import Light, Scene, Shot, plain_light
from bench.filmset.space import Camera, View
from manifests.staging import Box

WIDTH, HEIGHT = 640, 360
_FINE = 2
"""Drawn twice as large and reduced: smooth edges, and detail that coding then blurs as it would a photograph's."""

_JITTER = 0.03
"""Standard deviation of a box's sides, as a part of its own size: a model's figure never stands just on its mark."""


_HIDDEN = 0.55
"""Share of somebody's width behind another from which on nobody is asked to judge them; the lead always is."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody as blocking expects them. Boxes in fractions of the frame; `yaw`: degrees turned to the right of it."""

    entity: str
    figure: Box
    head: Box
    torso: Box
    yaw: float = 0.0

    @property
    def mask(self) -> Floats:
        """The silhouette that blocking expects, height × width, 0 to 1: an oval on two soft boxes, not the true one."""
        return _silhouette(self.figure, self.head, self.torso)


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture, RGB, and what blocking knows of it. `window`:
    the part of the first plate that the camera should see.
    """

    picture: Picture
    placed: tuple[Placed, ...]
    location: str
    window: Box


def take(scene: Scene, shot: Shot, rng: Rng, expected: Scene | None = None) -> Frame:
    """Photograph the scene. `expected`: what blocking thinks is there, when that is not what is drawn."""
    known = expected or scene
    camera = camera_of(known, shot)
    plain = draw(scene, shot, camera)
    placed: list[Placed] = []
    for index in reversed(_order(known, shot, camera)):
        here = expect(known, shot, camera, index, rng)
        if here is not None and (index == shot.lead or not any(_hides(p.figure, here.figure) for p in placed)):
            placed.append(here)
    return Frame(photographed(plain, shot.light), tuple(placed), known.room.name, _window(known.room, camera, rng))


def draw(scene: Scene, shot: Shot, camera: Camera, fine: int = _FINE, *, room: bool = True) -> Picture:
    """The scene as it is, `fine` times as large as the frame. `room` False: nobody but the people, on black."""
    camera = replace(camera, focal=camera.focal * fine / _FINE)
    view = View(np.zeros((HEIGHT * fine, WIDTH * fine, 3), np.uint8), camera, shot.light.side)
    people = [(_mark(scene, shot, i), person) for i, person in enumerate(scene.cast)]
    standing: list[Piece] = []
    if room:
        _draw_room(view, scene.room, [mark for mark, _ in people])
        standing = [p for p in scene.room.pieces if p.wall is None and p.kind != "rug"]
    things: list[tuple[float, Piece | int]] = [(view.point((p.x, 0.4, p.z))[2], p) for p in standing]
    things += [(view.point((mark[0], 0.4, mark[1]))[2], i) for i, (mark, _) in enumerate(people)]
    for _, thing in sorted(things, key=lambda pair: -pair[0]):
        if isinstance(thing, Piece):
            _draw_piece(view, thing)
        else:
            mark, person = people[thing]
            x, y, far = view.point((mark[0], 0.0, mark[1]))
            if far > 0.6:
                draw_person(Brush(view.picture, (x, y), camera.focal / far, shot.light.side), person, shot.poses[thing])
    return view.picture


def plate(room: Room, sideways: float = 0.0) -> Picture:
    """The empty room, from where a bible shows it. `sideways`: -1 the left part to 1 the right part."""
    view = View(np.zeros((720, 1280, 3), np.uint8), plate_camera(room, sideways), -0.5)
    _draw_room(view, room, [])
    standing = [p for p in room.pieces if p.wall is None and p.kind != "rug"]
    for piece in sorted(standing, key=lambda p: -view.point((p.x, 0.4, p.z))[2]):
        _draw_piece(view, piece)
    return photographed(view.picture, plain_light(), (1280, 720))


def plate_camera(room: Room, sideways: float = 0.0) -> Camera:
    """Where the bible's camera stands: far enough back for the whole far wall."""
    back = room.deep + 1.4
    return Camera(
        sideways * room.wide * 0.16,
        1.5,
        room.deep - back,
        sideways * 0.18,
        -0.02,
        1280 * 0.92 * back / (room.wide + 1.2),
    )


def cutout(person: Person, yaw: float, lines: int = 640) -> Picture:
    """One of the bible's views: RGBA, transparent ground, trimmed."""
    height = person.build.height * 1.16
    size = lines * _FINE
    scale = size / height
    ground = np.full((size, round(size * 0.62), 3), 150, np.uint8)
    covered = np.zeros(ground.shape[:2], np.uint8)
    brush = Brush(ground, (ground.shape[1] / 2, size - 0.03 * size), scale, -0.5, covered=covered)
    draw_person(brush, person, neutral(yaw))
    rgba = np.dstack([ground, covered])
    rows, columns = np.flatnonzero(covered.max(1) > 8), np.flatnonzero(covered.max(0) > 8)
    cut = rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    small = cv2.resize(cut, (cut.shape[1] // _FINE, cut.shape[0] // _FINE), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small, np.uint8)


def camera_of(scene: Scene, shot: Shot) -> Camera:
    """The camera that shows the lead's head as large, and where, as the shot says."""
    lead = scene.cast[shot.lead]
    x, z = _mark(scene, shot, shot.lead)
    head = body(lead, neutral(0)).head_high
    focal = shot.lines * _FINE * shot.away / head
    across = (shot.aim[0] - 0.5) * WIDTH * _FINE / focal
    yaw = shot.pan
    facing = yaw + np.arctan(across)
    limit = scene.room.wide / 2 - 0.4
    cam_x, cam_z = x - shot.away * np.sin(facing), z - shot.away * np.cos(facing)
    if abs(cam_x) > limit:
        cam_x = float(np.clip(cam_x, -limit, limit))
        yaw = float(np.arctan2(x - cam_x, z - cam_z) - np.arctan(across))
    far = float(np.hypot(x - cam_x, z - cam_z))
    focal *= far / shot.away
    eye = lead.build.height - head / 2
    down = (shot.aim[1] - 0.5) * HEIGHT * _FINE / focal
    high = shot.eye_high
    pitch = float(np.arctan2(eye - high, far) + np.arctan(down))
    return Camera(float(cam_x), high, float(cam_z), float(yaw), pitch, float(focal))


def expect(scene: Scene, shot: Shot, camera: Camera, index: int, rng: Rng) -> Placed | None:
    """Where blocking says somebody is. None where less than the head would be in frame."""
    person, mark = scene.cast[index], _mark(scene, shot, index)
    view = View(np.zeros((HEIGHT * _FINE, WIDTH * _FINE, 3), np.uint8), camera)
    x, y, far = view.point((mark[0], 0.0, mark[1]))
    if far < 0.6:
        return None
    scale, h = camera.focal / far, person.build.height
    wide = abs(np.cos(np.radians(shot.poses[index].yaw))) * 0.5 + 0.5
    half, head_half = person.build.shoulders * 1.35 * wide, 0.62 * body(person, neutral(0)).head_high
    head_low = h - body(person, neutral(0)).head_high * 1.1

    def box(left: float, bottom: float, right: float, top: float) -> Box:
        w, t = (right - left) * scale, (top - bottom) * scale
        noise = rng.normal(0, _JITTER, 4) * (w, t, w, t)
        sides = np.array([x + left * scale, y - top * scale, x + right * scale, y - bottom * scale]) + noise
        return Box(*(float(v) for v in sides / np.tile([WIDTH * _FINE, HEIGHT * _FINE], 2)))

    figure = box(-half, -0.01, half, h * 1.03)
    head = box(-head_half, head_low, head_half, h * 1.035)
    torso = box(-half * 0.92, h * 0.46, half * 0.92, head_low)
    if not (0.05 < (head.left + head.right) / 2 < 0.95 and (head.top + head.bottom) / 2 > 0.0):
        return None
    pose = shot.poses[index]
    return Placed(person.name, figure, head, torso, -pose.yaw if pose.mirrored else pose.yaw)


def photographed(plain: Picture, light: Light, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Picture:
    """Light from a side, exposure, white balance, contrast, vignette, grain, and JPEG."""
    small = cv2.resize(plain, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    height, width = small.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    fall = 1 + light.depth * light.side * x * 0.55 - 0.10 * (x * x + y * y) - light.depth * 0.15 * y
    gains = 2.0 ** (np.array([light.warm, light.tint, -light.warm]) * 0.5 + light.exposure)
    lit = np.power(np.clip(small, 0, 1), 2.2) * fall[..., None] ** 2 * gains.astype(np.float32)
    toned = np.power(np.clip(lit, 0, 4), light.contrast / 2.2)
    toned = np.where(toned > 0.85, 0.85 + 0.15 * np.tanh((toned - 0.85) / 0.15), toned) * 255
    noise = np.random.default_rng(light.seed).normal(0, 1, (height, width, 1)).astype(np.float32)
    toned += light.grain * cv2.GaussianBlur(noise, (0, 0), 0.6)[..., None] * 1.6
    rgb = np.clip(toned, 0, 255).astype(np.uint8)
    _, coded = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, light.quality])
    decoded = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(decoded[..., ::-1])


def _draw_room(view: View, room: Room, people: list[tuple[float, float]]) -> None:
    for face in shell(room):
        view.draw(face)
    for piece in room.pieces:
        if piece.kind == "rug":
            view.draw(faces_of(piece)[0])
    _shadows(view, room, people)
    hung = [p for p in room.pieces if p.wall is not None]
    for piece in sorted(hung, key=lambda p: -view.point((p.x, p.y, p.z))[2]):
        _draw_piece(view, piece)


def _draw_piece(view: View, piece: Piece) -> None:
    faces = faces_of(piece)
    middles = np.array([f.corner + (f.across + f.up) / 2 for f in faces])
    boxes = np.array([middles[i - i % 5 : i - i % 5 + 5].mean(0) for i in range(len(faces))])
    far = np.linalg.norm(boxes - (view.camera.x, view.camera.y, view.camera.z), axis=1)
    for index in np.argsort(-far, kind="stable"):
        view.draw(faces[index])


def _shadows(view: View, room: Room, people: list[tuple[float, float]]) -> None:
    """Under what stands, and where walls meet, for rooms are darker there."""
    height, width = view.picture.shape[:2]
    under, corner = (np.zeros((height // 4, width // 4), np.uint8) for _ in range(2))
    marks = [(x, z, 0.24, 0.14) for x, z in people]
    marks += [(p.x, p.z, 0.62 * p.size, 0.50) for p in room.pieces if p.wall is None and p.kind != "rug"]
    turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    for x, z, wide, deep in marks:
        ring = np.stack([x - 0.12 * view.side + wide * np.cos(turn), 0 * turn, z + deep * np.sin(turn)], 1)
        seen = view.points(ring)
        if seen[:, 2].min() > 0.4:
            cv2.fillPoly(under, [np.round(seen[:, :2] / 4).astype(np.int32)], 150)
    w, d, h = room.wide / 2, room.deep, room.high
    edges = [((-w, 0, d), (w, 0, d)), ((-w, h, d), (w, h, d)), ((-w, 0, d), (-w, h, d)), ((w, 0, d), (w, h, d))]
    for a, b in edges:
        (ax, ay, az), (bx, by, bz) = view.point(a), view.point(b)
        if az > 0.3 and bz > 0.3:
            cv2.line(corner, (round(ax / 4), round(ay / 4)), (round(bx / 4), round(by / 4)), 255, 12)
    dark = cv2.GaussianBlur(under, (0, 0), width / 400) * np.float32(0.75)
    dark += cv2.GaussianBlur(corner, (0, 0), width / 92) * np.float32(0.28)
    small = cv2.merge([np.clip(255 - dark, 0, 255).astype(np.uint8)] * 3)
    full = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    cv2.multiply(view.picture, full, view.picture, scale=1 / 255)


def _mark(scene: Scene, shot: Shot, index: int) -> tuple[float, float]:
    (x, z), (dx, dz) = scene.marks[index], shot.offsets[index]
    return x + dx, z + dz


def _order(scene: Scene, shot: Shot, camera: Camera) -> list[int]:
    marks = [_mark(scene, shot, i) for i in range(len(scene.cast))]
    return sorted(range(len(marks)), key=lambda i: -float(np.hypot(marks[i][0] - camera.x, marks[i][1] - camera.z)))


def _hides(near: Box, far: Box) -> bool:
    shared = min(near.right, far.right) - max(near.left, far.left)
    return shared > _HIDDEN * (far.right - far.left)


def _silhouette(figure: Box, head: Box, torso: Box) -> Floats:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    unit = np.array([WIDTH, HEIGHT])
    middle = np.array([(head.left + head.right) / 2, (head.top + head.bottom) / 2]) * unit
    half = np.array([head.right - head.left, head.bottom - head.top]) * unit / 2
    cv2.ellipse(mask, (round(middle[0]), round(middle[1])), (round(half[0]), round(half[1])), 0, 0, 360, 255, -1)
    for box, squeeze in ((torso, 1.0), (Box(figure.left, torso.bottom, figure.right, figure.bottom), 0.75)):
        centre, side = (box.left + box.right) / 2 * WIDTH, (box.right - box.left) * WIDTH / 2 * squeeze
        corners = [(centre - side, box.top * HEIGHT), (centre + side, box.bottom * HEIGHT)]
        (x0, y0), (x1, y1) = [(round(x), round(y)) for x, y in corners]
        cv2.rectangle(mask, (x0, y0), (x1, y1), 255, -1)
    soft = cv2.GaussianBlur(mask, (0, 0), max(1.5, 0.05 * half[1]))
    return np.asarray(soft, np.float32) / np.float32(255)


def _window(room: Room, camera: Camera, rng: Rng) -> Box:
    """The part of the first plate that this camera should see, by the far wall."""
    view = View(np.zeros((720, 1280, 3), np.uint8), plate_camera(room))
    out = []
    for px, py in ((0, 0), (WIDTH * _FINE, HEIGHT * _FINE)):
        right, up = (px - WIDTH * _FINE / 2) / camera.focal, -(py - HEIGHT * _FINE / 2) / camera.focal
        ahead = room.deep - camera.z
        turn, tilt = camera.yaw + np.arctan(right), camera.pitch + np.arctan(up)
        x, y = camera.x + ahead * np.tan(turn), camera.y + ahead / np.cos(turn) * np.tan(tilt)
        seen = view.point((float(x), float(y), room.deep))
        out += [seen[0] / 1280, seen[1] / 720]
    noise = rng.normal(0, 0.02, 2)
    return Box(out[0] + noise[0], out[1] + noise[1], out[2] + noise[0], out[3] + noise[1])
