// zbi: makes and examines Zircon boot images.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <print>

#include "commands.h"
#include "failure.h"

namespace jacinth::zbi_tool {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

void add_create(CLI::App& app, CreateOptions& options) {
  CLI::App* command = app.add_subcommand("create", "Make an image");
  command->add_option("-o,--output", options.output, "The image to write")->required();
  command->add_option("--cmdline", options.cmdline, "The kernel command line");
  command->add_option("--compress", options.method, "How to compress storage (default: none)")
      ->check(CLI::IsMember({"none", "lz4", "zstd"}))
      ->option_text("none|lz4|zstd");
  command->add_option("--file", options.files, "A file for the BOOTFS")
      ->option_text("NAME=PATH ...");
  command->add_option("--directory", options.directories, "All files below, for the BOOTFS")
      ->option_text("DIR ...");
  command->add_option("--manifest", options.manifests, "A list of NAME=PATH lines, for the BOOTFS")
      ->option_text("FILE ...");
  command->add_option("--item", options.items, "An item, its type by name or as 0x...")
      ->option_text("TYPE=PATH ...");
  command->callback([&options] { create(options); });
}

struct ImageOptions {
  std::filesystem::path image;
  std::filesystem::path directory = ".";
  std::vector<std::string> names;
};

CLI::App* add_image_command(CLI::App& app, const char* name, const char* help,
                            ImageOptions& options) {
  CLI::App* command = app.add_subcommand(name, help);
  command->add_option("image", options.image, "The image")->required()->option_text("FILE");
  return command;
}

int run(int argc, char** argv) {
  CLI::App app("Makes and examines Zircon boot images (ZBI).", "zbi");
  app.require_subcommand(1);
  CreateOptions create_options;
  ImageOptions options;
  add_create(app, create_options);
  add_image_command(app, "list", "Show the items, and the files in the BOOTFS", options)
      ->callback([&options] { list(options.image); });
  CLI::App* extracting =
      add_image_command(app, "extract", "Write files of the BOOTFS to a directory", options);
  extracting->add_option("-C,--into", options.directory, "Where to (default: here)")
      ->option_text("DIR");
  extracting->add_option("names", options.names, "Only these files")->option_text("[NAME ...]");
  extracting->callback([&options] { extract(options.image, options.directory, options.names); });
  add_image_command(app, "verify", "Check structure, checksums, compression and BOOTFS", options)
      ->callback([&options] { verify(options.image); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::Error& error) {
    std::println(stderr, "zbi: {} (see zbi --help)", error.what());
    return kWrongUsage;
  } catch (const std::exception& error) {
    std::println(stderr, "zbi: {}", error.what());
    return kFailed;
  }
  if (std::fflush(stdout) != 0) {
    std::println(stderr, "zbi: cannot write to standard output");
    return kFailed;
  }
  return 0;
}

}  // namespace
}  // namespace jacinth::zbi_tool

int main(int argc, char** argv) { return jacinth::zbi_tool::run(argc, argv); }
