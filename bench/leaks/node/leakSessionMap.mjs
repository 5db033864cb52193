// suspect: sessions are put into a map and never deleted
const sessions = new Map();
function open(id) {
  sessions.set(id, { id, user: `user ${id}`, cart: [id, id + 1, id + 2], visits: [] });
}
function visit(id) {
  const session = sessions.get(id);
  session.visits.push({ at: id * 7, page: `page ${id % 17}` });
  return JSON.stringify(session).length;
}
await new Promise((done) => {
  let id = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 60; i++) {
      open(++id);
      visit(id);
    }
    if (id > 18000) {
      clearInterval(timer);
      done();
    }
  }, 4);
});
