from pycparser import c_generator, c_parser

# fmt: off
PART = """
typedef struct s%d { int a; char *b[3]; union { int c; float d; } u; } t%d;
static int f%d(t%d *p, int (*call)(int, ...)) {
  for (int i = 0; i < 10; i++) { if (p->a > i) continue; else p->a += call(i, "x") ? 1 : 2; }
  switch (p->a) { case 1: return 2; default: break; }
  do { p->a--; } while (p->a);
  return sizeof(t%d);
}
"""
# fmt: on
tree = c_parser.CParser().parse("".join(PART % ((number,) * 5) for number in range(30)))
tree.show()
print(c_generator.CGenerator().visit(tree))
try:
    c_parser.CParser().parse("int x = ;")
except c_parser.ParseError as error:
    print(error)
