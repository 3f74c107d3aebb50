/** How much a store may hold: so many bytes, or a share of the disk it is on. */
export type SizeLimit = { readonly bytes: number } | { readonly percentOfDisk: number };
