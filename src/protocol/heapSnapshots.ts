/** What the agent writes into a heap snapshot for the engine to find. */

/** A property of this name holds the values that the agent follows: by `followedSiteName` and `grownSiteName`, arrays of WeakRefs. */
export const followedName = '$ml_followed';

const followedSite = /^(\d+):(\d+)$/;

/** @param order of the sites by when the first of their values was seen. */
export function followedSiteName(order: number, site: number): string {
  return `${order}:${site}`;
}

/** For the collections that a site adds to. */
export function grownSiteName(site: number): string {
  return `grown:${site}`;
}

/** The site whose collections stand under this name; undefined where they are none. */
export function siteOfGrownName(name: string): number | undefined {
  const digits = /^grown:(\d+)$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** What a property's name stands for; undefined where it is no site's. */
export function siteOfFollowedName(name: string): { readonly order: number; readonly site: number } | undefined {
  const [, order, site] = followedSite.exec(name) ?? [];
  return order === undefined ? undefined : { order: Number(order), site: Number(site) };
}
