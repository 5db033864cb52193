// Small immutable vector objects: a ray tracer that makes a new vector at every step.
const startedAt = performance.now();

class Vector {
  constructor(x, y, z) {
    this.x = x;
    this.y = y;
    this.z = z;
  }
  plus(other) {
    return new Vector(this.x + other.x, this.y + other.y, this.z + other.z);
  }
  minus(other) {
    return new Vector(this.x - other.x, this.y - other.y, this.z - other.z);
  }
  times(factor) {
    return new Vector(this.x * factor, this.y * factor, this.z * factor);
  }
  dot(other) {
    return this.x * other.x + this.y * other.y + this.z * other.z;
  }
  unit() {
    return this.times(1 / Math.sqrt(this.dot(this)));
  }
}

class Sphere {
  constructor(center, radius, brightness) {
    this.center = center;
    this.radius = radius;
    this.brightness = brightness;
  }
  /** Distance along the ray to the near side, or Infinity. */
  hit(origin, direction) {
    const toOrigin = origin.minus(this.center);
    const half = toOrigin.dot(direction);
    const discriminant = half * half - toOrigin.dot(toOrigin) + this.radius * this.radius;
    if (discriminant < 0) return Infinity;
    const distance = -half - Math.sqrt(discriminant);
    return distance > 1e-6 ? distance : Infinity;
  }
}

const light = new Vector(-1, 2, -1.5).unit();
const spheres = Array.from(
  { length: 12 },
  (_, index) => new Sphere(new Vector((index % 4) * 2 - 3, Math.floor(index / 4) * 2 - 2, 6 + index), 1, 0.4 + index / 20),
);

function trace(origin, direction, depth) {
  let nearest = Infinity;
  let found;
  for (const sphere of spheres) {
    const distance = sphere.hit(origin, direction);
    if (distance < nearest) {
      nearest = distance;
      found = sphere;
    }
  }
  if (found === undefined) return 0.1 + 0.1 * Math.max(0, direction.y);
  const point = origin.plus(direction.times(nearest));
  const normal = point.minus(found.center).unit();
  const shade = found.brightness * Math.max(0.05, normal.dot(light));
  if (depth === 0) return shade;
  return 0.7 * shade + 0.3 * trace(point, direction.minus(normal.times(2 * direction.dot(normal))), depth - 1);
}

const size = 4100;
let sum = 0;
for (let y = 0; y < size; y++) {
  for (let x = 0; x < size; x++) {
    sum += trace(new Vector(0, 0, -4), new Vector(x / size - 0.5, 0.5 - y / size, 1).unit(), 3);
  }
}

console.log(`checksum ${sum.toFixed(6)}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
