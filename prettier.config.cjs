module.exports = {
    plugins: [require.resolve("@prettier/plugin-xml")],
    printWidth: 120,
    tabWidth: 4,
    semi: true,
    singleQuote: false,
    trailingComma: "es5",
    bracketSpacing: true,
    xmlWhitespaceSensitivity: "preserve",
    xmlSelfClosingSpace: true,
};
