import { BlockList, isIP } from 'node:net'

/** Addresses that no evidence of an issuer lies behind (RFC 6890, and those that stand for others: mapped, translated, tunnelled). */
const RESERVED = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  RESERVED.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  RESERVED.addSubnet(network, bits, 'ipv6')

/** Of its own: in a list with others it would stand for every IPv4 address. */
const MAPPED = new BlockList()
MAPPED.addSubnet('::ffff:0:0', 96, 'ipv6')

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** Which private networks may be asked: none, this machine only, or any. */
export type PrivateNetworks = 'none' | 'loopback' | 'all'

/** Whether an address may be connected to; what is no address may not. Without TLS only where private networks are meant: nothing in clear crosses the open one. */
export function isAllowed(address: string, networks: PrivateNetworks, secure: boolean): boolean {
  if (isIP(address) === 0) return false
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  // Nobody needs to write an IPv4 address in this way.
  if (family === 'ipv6' && MAPPED.check(address, family)) return false
  const isPrivate = RESERVED.check(address, family)
  if (!isPrivate) return secure
  return networks === 'all' || (networks === 'loopback' && LOOPBACK.check(address, family))
}
