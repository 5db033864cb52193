// Records and maps: building, indexing, grouping, joining, and a round trip through JSON.
const startedAt = performance.now();

let state = 12_345;
function random(limit) {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return state % limit;
}

function makePeople(count) {
  const people = [];
  for (let id = 0; id < count; id++) {
    people.push({ id, name: `person ${id}`, city: `city ${random(200)}`, age: 18 + random(60), friends: [random(count), random(count)] });
  }
  return people;
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

let checksum = 0;
for (let round = 0; round < 27; round++) {
  const people = makePeople(40_000);
  const byId = new Map(people.map((person) => [person.id, person]));
  const byCity = groupBy(people, (person) => person.city);
  const summaries = [...byCity].map(([city, group]) => ({
    city,
    count: group.length,
    oldest: group.reduce((a, b) => (a.age >= b.age ? a : b)).name,
    ages: Object.fromEntries([...groupBy(group, (person) => person.age)].map(([age, same]) => [age, same.length])),
  }));
  const pairs = people.flatMap(({ id, friends }) => friends.filter((friend) => byId.get(friend).city === byId.get(id).city));
  const copy = JSON.parse(JSON.stringify({ people, summaries }));
  checksum += pairs.length + copy.summaries.length + copy.people.filter(({ age }) => age > 70).length;
}

console.log(`checksum ${checksum}`);
console.log(`elapsedMs ${performance.now() - startedAt}`);
