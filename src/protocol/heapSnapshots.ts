/** What the agent writes into a heap snapshot for the engine to find. */

/** A property of this name holds the values that the agent follows: by `followedSiteName`, arrays of WeakRefs. */
export const followedName = '$ml_followed';

const followedSite = /^s(\d+)$/;

export function followedSiteName(site: number): string {
  return `s${site}`;
}

/** The site that a property's name stands for; undefined where it is none. */
export function siteOfFollowedName(name: string): number | undefined {
  const digits = followedSite.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
