"""Five bodies attract each other: floating-point arithmetic on attributes of lists, small objects by the million."""

from program import measure

# x, y, z, then the velocity, then the mass: a made-up system.
BODIES = [
    ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 40.0),
    ([4.8, -1.2, -0.1], [0.6, 2.8, -0.02], 0.04),
    ([8.3, 4.1, -0.4], [-1.0, 1.8, 0.008], 0.01),
    ([12.9, -15.1, -0.2], [1.1, 0.9, -0.01], 0.002),
    ([15.4, -25.9, 0.2], [1.0, 0.6, -0.03], 0.002),
]


def pairs_of(bodies):
    return [(bodies[i], bodies[j]) for i in range(len(bodies)) for j in range(i + 1, len(bodies))]


def advance(bodies, pairs, step, count):
    for _ in range(count):
        for (place_a, speed_a, mass_a), (place_b, speed_b, mass_b) in pairs:
            dx = place_a[0] - place_b[0]
            dy = place_a[1] - place_b[1]
            dz = place_a[2] - place_b[2]
            pull = step / (dx * dx + dy * dy + dz * dz) ** 1.5
            by_a = mass_a * pull
            by_b = mass_b * pull
            speed_a[0] -= dx * by_b
            speed_a[1] -= dy * by_b
            speed_a[2] -= dz * by_b
            speed_b[0] += dx * by_a
            speed_b[1] += dy * by_a
            speed_b[2] += dz * by_a
        for place, speed, _mass in bodies:
            place[0] += step * speed[0]
            place[1] += step * speed[1]
            place[2] += step * speed[2]


def work(size):
    bodies = [(place[:], speed[:], mass) for place, speed, mass in BODIES]
    advance(bodies, pairs_of(bodies), 0.001, int(430_000 * size))
    return " ".join("%.9f" % place[0] for place, _, _ in bodies)


if __name__ == "__main__":
    measure(work)
