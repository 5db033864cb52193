# suspect: widgets are attached to a bus and never detached
class Bus:
    def __init__(self):
        self.observers = {}
    def attach(self, name, observer):
        self.observers.setdefault(name, []).append(observer)
bus = Bus()
class Widget:
    def __init__(self, number):
        self.pixels = [number] * 120
        bus.attach("draw", self.draw)
    def draw(self):
        return sum(self.pixels)
def show(number):
    widget = Widget(number)
    for _ in range(60):
        widget.draw()
for number in range(14000):
    show(number)
