# innocent: a limited vocabulary is interned, most of it early
import random, sys
random.seed(7)
words = {}
def intern(number):
    word = sys.intern("word number %d in the vocabulary" % number * 4)
    return words.setdefault(word, word)
def read():
    return [intern(random.randrange(4000)) for _ in range(50)]
for _ in range(24000):
    read()
