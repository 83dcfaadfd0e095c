// jstat comes without types; these are the parts that statistics.ts uses.
declare module 'jstat' {
  const jstat: {
    jStat: {
      studentt: {
        cdf(x: number, degreesOfFreedom: number): number
        inv(p: number, degreesOfFreedom: number): number
      }
      normal: {
        cdf(x: number, mean: number, standardDeviation: number): number
        inv(p: number, mean: number, standardDeviation: number): number
      }
    }
  }
  export default jstat
}
