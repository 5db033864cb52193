from twisted.internet import defer, endpoints, protocol, reactor, task
from twisted.protocols.basic import LineReceiver


class Server(LineReceiver):
    def lineReceived(self, line):
        self.sendLine(line[::-1])


class Client(LineReceiver):
    count = 0

    def connectionMade(self):
        self.sendLine(b"hello")

    def lineReceived(self, line):
        print(line)
        self.count += 1
        if self.count == 50:
            self.transport.loseConnection()
        else:
            self.sendLine(line + b"%d" % self.count)

    def connectionLost(self, reason):
        print(reason.type)
        reactor.callLater(0.01, reactor.stop)


@defer.inlineCallbacks
def connect(port):
    yield task.deferLater(reactor, 0.01, lambda: 1)
    try:
        yield defer.fail(ValueError("meant"))
    except ValueError as error:
        print("caught", error)
    endpoints.connectProtocol(endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", port), Client())
    return 3


listening = reactor.listenTCP(0, protocol.Factory.forProtocol(Server), interface="127.0.0.1")
connect(listening.getHost().port).addCallback(print)
failing = defer.Deferred()
failing.addCallback(lambda value: value / 0)
failing.addErrback(lambda failure: print(failure.getTraceback()))
failing.callback(1)
reactor.run()
