// innocent: two frames are drawn in turn, each anew
const frames = [[], []];
function draw(number) {
  frames[number % 2] = Array.from({ length: 8000 }, (_, column) => ({ number, column, text: `cell ${column}` }));
}
for (let number = 0; number < 1500; number++) draw(number);
