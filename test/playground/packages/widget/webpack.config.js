/** @type {import('webpack').Configuration} */
export default {
  mode: 'production',
  target: 'web',
  entry: { widget: './src/widget.js' },
  devtool: 'source-map',
  experiments: { outputModule: true },
  output: { clean: true, filename: '[name].js', chunkFilename: '[name].[contenthash:8].js', library: { type: 'module' } },
};
