// Number crunching on a few objects that live throughout: planets that attract one another.
const startedAt = performance.now();

class Body {
  constructor(mass, position, velocity) {
    this.mass = mass;
    [this.x, this.y, this.z] = position;
    [this.vx, this.vy, this.vz] = velocity;
  }
}

function makeSystem(count) {
  const bodies = [new Body(40, [0, 0, 0], [0, 0, 0])];
  for (let index = 1; index < count; index++) {
    const angle = index * 2.4;
    const radius = 4 + index * 3;
    const speed = Math.sqrt(40 / radius);
    bodies.push(
      new Body(
        0.01 / index,
        [radius * Math.cos(angle), radius * Math.sin(angle), 0.1 * index],
        [-speed * Math.sin(angle), speed * Math.cos(angle), 0],
      ),
    );
  }
  return bodies;
}

function advance(bodies, dt) {
  for (let i = 0; i < bodies.length; i++) {
    const a = bodies[i];
    for (let j = i + 1; j < bodies.length; j++) {
      const b = bodies[j];
      const dx = a.x - b.x;
      const dy = a.y - b.y;
      const dz = a.z - b.z;
      const squared = dx * dx + dy * dy + dz * dz + 0.001;
      const magnitude = dt / (squared * Math.sqrt(squared));
      a.vx -= dx * b.mass * magnitude;
      a.vy -= dy * b.mass * magnitude;
      a.vz -= dz * b.mass * magnitude;
      b.vx += dx * a.mass * magnitude;
      b.vy += dy * a.mass * magnitude;
      b.vz += dz * a.mass * magnitude;
    }
  }
  for (const body of bodies) {
    body.x += dt * body.vx;
    body.y += dt * body.vy;
    body.z += dt * body.vz;
  }
}

function energy(bodies) {
  let sum = 0;
  for (const [index, a] of bodies.entries()) {
    sum += 0.5 * a.mass * (a.vx ** 2 + a.vy ** 2 + a.vz ** 2);
    for (const b of bodies.slice(index + 1)) sum -= (a.mass * b.mass) / Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
  }
  return sum;
}

const bodies = makeSystem(6);
for (let step = 0; step < 21_000_000; step++) advance(bodies, 0.001);

console.log(`checksum ${energy(bodies).toFixed(9)}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
