import { BlockList, isIP } from 'node:net'

/** Special-purpose addresses of IPv4 (RFC 6890), and of IPv6 those that lead to an IPv4 one. */
const special = blockList(
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
  ...['2001::/32', '2001:db8::/32', '2002::/16'],
)
/** Of IPv6, global unicast, and the public addresses of IPv4 behind NAT64 (RFC 6052). */
const global = blockList('2000::/3', '64:ff9b::/96')

/** Whether an address is one of the public internet. */
export function isPublic(address: string): boolean {
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
  return !special.check(address, family) && (family === 'ipv4' || global.check(address, family))
}

function blockList(...subnets: string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [net, bits] = subnet.split('/')
    list.addSubnet(net, Number(bits), net.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}
