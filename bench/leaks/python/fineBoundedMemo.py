# innocent: a memo of a recursive function over a limited range
memo = {}
def ways(total, coin):
    if total == 0: return 1
    if total < 0 or coin == 0: return 0
    key = (total, coin)
    if key not in memo:
        memo[key] = ways(total - coin, coin) + ways(total, coin - 1)
    return memo[key]
def query(number):
    return ways(number % 180, 180)
for number in range(2000000):
    query(number * 7919)
