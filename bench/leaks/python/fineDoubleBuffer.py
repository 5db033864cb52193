# innocent: two frames are drawn in turn, each anew
frames = [[], []]
def draw(number):
    frame = [(number, column, "cell %d" % column) for column in range(4000)]
    frames[number % 2] = frame
    return frame
for number in range(1000):
    draw(number)
