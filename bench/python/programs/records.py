"""Records as dictionaries: made, filtered, grouped, joined with another table and sorted."""

from program import measure

CITIES = ["Athens", "Bergen", "Cork", "Delft", "Essen", "Faro", "Ghent"]


def make_orders(count):
    orders = []
    for number in range(count):
        orders.append(
            {
                "id": number,
                "customer": "customer-%d" % (number % 997),
                "city": CITIES[number % len(CITIES)],
                "price": (number * 7919) % 10007 / 100,
                "paid": number % 3 != 0,
            }
        )
    return orders


def group_by_customer(orders):
    groups = {}
    for order in orders:
        if not order["paid"]:
            continue
        group = groups.setdefault(order["customer"], {"count": 0, "price": 0.0, "cities": set()})
        group["count"] += 1
        group["price"] += order["price"]
        group["cities"].add(order["city"])
    return groups


def report(orders, groups):
    rows = []
    for order in orders:
        group = groups.get(order["customer"])
        if group is None or order["price"] < 50:
            continue
        rows.append({**order, "share": order["price"] / group["price"], "cities": len(group["cities"])})
    rows.sort(key=lambda row: (row["city"], -row["share"], row["id"]))
    return rows


def work(size):
    checksum = 0.0
    for _ in range(8):
        orders = make_orders(int(105_000 * size))
        rows = report(orders, group_by_customer(orders))
        checksum += sum(row["share"] * row["cities"] for row in rows)
    return round(checksum, 6)


if __name__ == "__main__":
    measure(work)
